import { grammar } from '../words/grammar.ts'

/** Claims that the law forbids (广告法 9(3), 16-18, 23-25, 28; 反不正当竞争法 9); marked is what a seller would hide. */
export const CLAIMS = grammar(`
absolute.title
  ⟦{top}⟧{thing} | {thing}中的⟦{peak}⟧ | ⟦全网{first}⟧ | ⟦{state}⟧{thing} | ⟦{top}⟧{thing} ⟦{only}⟧
absolute.words
  我们做的是⟦{top}⟧的{thing}，没有之一。 | 论{aspect}，⟦{scope}第一⟧，别家比不了。 | ⟦{state}⟧{thing}，用过就回不去了。 | {aspect}做到⟦{peak}⟧，后面不会再有人超过。 | ⟦{scope}{only}⟧能做到这个{aspect}的，就我们一家。 | 业内公认⟦{top}⟧，同行都来学。 | 这个价买到⟦{top}⟧{aspect}，闭眼入。 | {aspect}⟦无人能及⟧，{scope}找不出第二家。 | 敢说⟦{scope}{first}⟧，靠的就是{aspect}。 | ⟦{peak}⟧之作，{aspect}碾压同类。 | 想要⟦最好⟧的{thing}，到这里就可以停了。
thing
  品质 | 做工 | 选择 | 单品 | 工艺 | 材料 | 体验 | 货源 | 配方 | 口碑款
aspect
  质量 | 手感 | 口感 | 耐用 | 性能 | 用料 | 效果 | 味道 | 续航 | 舒适度
top
  最佳 | 最高级 | 最顶尖 | 最先进 | 最优质 | 最权威 | 最极致 | 最强 | 顶级 | 极品 | 第一品牌的
peak
  天花板 | 王者 | 绝无仅有 | 登峰造极 | 世界之最 | 史无前例 | 巅峰 | 国内顶尖
scope
  全国 | 全球 | 行业 | 全网 | 同类产品 | 国内 | 亚洲
first
  销量冠军 | 第一名 | NO.1 | 排名第1 | 唯一正宗 | 最低价
only
  独一无二 | 唯一 | 首家 | 仅此一家 | 独家首创
state
  国家级 | 世界级 | 宇宙级 | 国家领导人专用 | 国宴特供 | 中南海特供 | 人民大会堂指定 | 央视指定
medical.title
  {thing2} ⟦{cure}{illness}⟧ | ⟦{illness}⟧专用 {thing2} {speed} | ⟦{cure}{illness}⟧ 老方子 | ⟦告别{illness}⟧ {speed} | 调理⟦{illness}⟧ {thing2}
medical.words
  {speed}，⟦{illness}⟧就{gone}。 | 专门针对⟦{illness}⟧，{speed}{gone}，停用不反弹。 | 我妈⟦{illness}⟧十几年，用了{span}，{gone}，药都停了。 | {origin}，⟦{cure}{illness}⟧，一个疗程{span}。 | 长期⟦{illness}⟧的，早晚各一次，{span}能⟦{cure}⟧。 | 从根子上解决⟦{illness}⟧，不用打针吃药。 | 它能⟦{effect}⟧，{illness}、{illness}都管。 | 有⟦{effect}⟧的作用，{span}去医院复查，指标{gone}。 | 医院治不好的⟦{illness}⟧，来试试这个，{speed}。 | 里面的成分直达病灶，⟦{cure}{illness}⟧，老人小孩都能用。
thing2
  贴 | 足浴包 | 养生茶 | 膏 | 粉 | 代餐 | 泡酒料 | 能量手环 | 磁石枕 | 艾草垫
cure
  治疗 | 根治 | 治愈 | 专治 | 消除 | 逆转 | 断根 | 医治 | 预防
illness
  失眠 | 高血压 | 糖尿病 | 关节炎 | 颈椎病 | 腰椎间盘突出 | 鼻炎 | 脱发 | 前列腺炎 | 妇科炎症 | 湿疹 | 痛风 | 胃病 | 脂肪肝 | 灰指甲 | 牛皮癣 | 肿瘤 | 近视 | 痔疮 | 静脉曲张 | 哮喘 | 老寒腿
effect
  降血糖 | 降血压 | 软化血管 | 抑制癌细胞 | 排毒清宿便 | 修复胰岛 | 杀灭幽门螺杆菌 | 消炎止痛 | 活血化瘀通经络 | 溶解血栓 | 抗病毒 | 补肾壮阳
speed
  三天见效 | 七天断根 | 一贴就灵 | 当晚见效 | 一个疗程搞定 | 二十分钟止痛 | 半个月明显
span
  两个月 | 三盒 | 一个疗程 | 二十来天 | 四十天 | 半年
gone
  再没犯过 | 完全好了 | 恢复正常 | 消失了 | 不疼了 | 降下来了
origin
  祖传秘方 | 苗家老方 | 宫廷古方 | 某军医院老专家的方子 | 藏医秘制 | 诺贝尔奖技术
health.words
  两粒顶一顿，⟦代替降压药⟧，我爸停药半年。 | 不吃这个，⟦健康就没保障⟧，家家必备。 | 比别的保健品强十倍，⟦效果保证⟧。 | 营养师、主任医师都推荐，⟦安全无副作用⟧。 | 服用者⟦{rate}有效⟧，无效退全款。 | ⟦百分百见效⟧，孕妇小孩放心吃。 | 老寿星代言，吃了三年，⟦{illness}⟧没再发。 | 增强免疫，⟦病毒不敢近身⟧，流感季一家都不倒。 | 临床三千例，⟦{rate}好转⟧。 | 三甲医院都在用，⟦抗癌防癌⟧。
health.title
  ⟦抗癌⟧ 硒片 | ⟦降三高⟧ 胶囊 {speed} | ⟦预防中风⟧ 鱼油 | ⟦增高⟧ 钙片 {speed} | ⟦壮阳⟧ 玛咖 {speed} | ⟦治便秘⟧ 益生菌
rate
  98% | 99.7% | 九成八 | 100% | 百分之九十六
beauty.title
  ⟦{skin}⟧ 面霜 {speed} | ⟦换肤⟧ 小白瓶 {speed} | ⟦医学级⟧ 修复 祛斑 | ⟦干细胞⟧ 冻干粉 {skin} | ⟦无效退款⟧ 祛痘膏 | ⟦药妆⟧ 激光级 {skin}
beauty.words
  {speed}⟦{skin}⟧，不反弹。 | 里面是⟦干细胞⟧，细胞再生，年轻十岁。 | ⟦{skin}⟧，比激光便宜，比医美安全。 | 使用者⟦{rate}皱纹消失⟧。 | 皮肤科医生在用，⟦治疗{derm}⟧。 | 一抹就白，⟦永久美白⟧，绝不返黑。 | 七天⟦瘦{5-19}斤⟧，不节食不运动，⟦不反弹⟧。 | ⟦{derm}⟧、脚气、甲沟炎一瓶管。 | 一周⟦长高{2-5}厘米⟧，闭合了也能长。 | 敷一片等于⟦打一次水光针⟧。
skin
  祛斑 | 去皱纹 | 消除妊娠纹 | 去疤痕 | 丰胸两个罩杯 | 溶脂 | 抗衰逆龄 | 祛眼袋
derm
  湿疹 | 荨麻疹 | 激素脸 | 痤疮 | 毛囊炎 | 真菌感染
money.title
  {money.what} ⟦稳赚不赔⟧ | {money.what} ⟦保本⟧ 月入{money.sum} | 加盟{money.what} ⟦零风险⟧ | {money.what} ⟦躺赚⟧ {money.sum}
money.words
  跟着做，⟦月入{money.sum}⟧，没有风险。 | 投一万，三个月回两万，⟦保本保息⟧。 | 合同写明⟦年化{18-45}%⟧，亏了我们补。 | 学会这套，⟦稳赚⟧，宝妈都月入{money.sum}。 | 加盟即⟦包盈利⟧，不赚全额退。 | 买一件升值一件，⟦三年翻{3-9}倍⟧。 | 内部票，⟦只涨不跌⟧，专家盯盘。
money.what
  理财课 | 纪念币 | 奶茶店 | 茅系酒窖藏 | 短视频带货 | 虚拟币矿机 | 炒股软件 | 翡翠原石
money.sum
  三万 | 两万+ | 10万 | 五位数
study.title
  {study.what} ⟦保过⟧ 不过退款 | {study.what} ⟦命题人⟧押题 | {study.what} ⟦包拿证⟧ | {study.what} ⟦提{30-80}分⟧
study.words
  报名就⟦保过⟧，签协议。 | 老师⟦参与过命题⟧，押中率{rate}。 | 零基础⟦{7-30}天⟧{study.what}，⟦百分百通过⟧。 | 内部名额，⟦免考拿证⟧，教育部门有人。 | 孩子上完⟦提{40-90}分⟧，不提不收钱。 | 往届学员⟦{rate}上岸⟧，某某同学考了全省前三。
study.what
  教师资格证 | 考研英语 | 一级建造师 | 中考数学 | 学位英语 | 普通话 | 公务员面试
fake.title
  ⟦销量第一⟧ {thing} 累计{100-900}万 | ⟦航天{thing}⟧ 同款 | ⟦国际金奖⟧ {thing} | ⟦专利产品⟧ 独家 {thing}
fake.words
  ⟦全国销量遥遥领先⟧，每{2-9}个人就有一个在用。 | 荣获⟦国际发明金奖⟧，联合国推荐产品。 | 经⟦国家权威机构认证⟧，排名第一。 | 哈佛大学实验室研究证实，⟦{rate}的人⟧一周改变。 | 采用⟦量子纳米⟧技术，磁化水分子，喝水也瘦。 | 拥有⟦国家发明专利⟧（申请中）。 | 航天员同款，⟦军工品质⟧，部队特供。 | 某明星私下都在用，⟦断货{3-9}次⟧，实际刚上架。 | ⟦负离子⟧每秒十万，{illness}人群离不开。
drink.words
  喝一杯⟦解乏壮胆⟧，开车也不上头。 | 越喝越年轻，⟦活血养胃治风湿⟧，每天半斤。 | 烦的时候来一瓶，⟦忘掉所有焦虑⟧，不醉不归。 | 酒里泡了鹿鞭，⟦增加体力⟧，男人加油站。
drink.title
  ⟦壮阳⟧药酒 一杯见效 | ⟦治风湿⟧ 药酒 泡方 | ⟦千杯不醉⟧ 解酒 不查驾
`)

/** Group -> kinds of goods that such claims are made for. */
export const CLAIM_GROUPS: readonly (readonly [group: string, under: readonly string[]])[] = [
  ['absolute', ['tea', 'phone', 'kitchen', 'shoes', 'appliance', 'furniture', 'clothes', 'snack', 'pet', 'wash']],
  ['absolute', ['skincare', 'liquor', 'bags', 'baby', 'fruit', 'car', 'toy', 'sport', 'grain', 'jewel']],
  ['medical', ['tonic', 'tea', 'wash', 'furniture', 'clothes', 'jewel', 'grain']],
  ['medical', ['tonic', 'snack', 'fruit', 'shoes', 'skincare', 'appliance']],
  ['health', ['supplement', 'tonic']],
  ['beauty', ['skincare', 'makeup']],
  ['money', ['course', 'jewel', 'liquor']],
  ['study', ['course', 'book']],
  ['fake', ['appliance', 'kitchen', 'furniture', 'wash', 'phone', 'clothes']],
  ['drink', ['liquor']],
]
