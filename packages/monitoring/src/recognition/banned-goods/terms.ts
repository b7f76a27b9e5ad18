/**
 * Goods and services that may not be sold, or not without a licence. Words of guns, explosives, crossbows and knives are chosen from
 * `Vocabulary/涉枪涉爆.txt` of github.com/konsheng/Sensitive-lexicon (commit 5a8da94, MIT), each put in a category with its law;
 * the others from published cases and platforms' lists (../cases/sources.tsv, the tuning part). `strong` words nearly always name
 * the thing itself; `weak` ones have honest meanings and need a second sign.
 */
import type { Topic } from '../../law/citation.ts'
import { list, type TermGroup } from '../text/term-group.ts'

export interface BannedCategory {
  readonly key: string
  /** What it is, in Chinese. */
  readonly name: string
  readonly topic: Topic
  readonly strong: readonly string[]
  readonly weak: readonly string[]
  /** What makes an honest use of it, in the title, category or clause. */
  readonly honest: RegExp
  /** A licence in the attributes under such a name makes it lawful; `null` where none can. */
  readonly licence: RegExp | null
}

const PLAY =
  /玩具|积木|软弹|水枪|气球|泡泡|模型(?!.{0,6}(?:可发射|发射钢珠))|摆件|造型|道具|桌游|游戏|手办|儿童|拼装|钥匙扣|挂件|抱枕|公仔|毛绒|印花|图案|贴纸|徽章|海报|小说|图书|书籍|电影|影碟|动漫|cos/i

export const BANNED_CATEGORIES: readonly BannedCategory[] = [
  {
    key: 'guns',
    name: '枪支弹药、仿真枪',
    topic: 'guns',
    strong:
      list(`气枪 气狗 汽狗 汽枪 高压气枪 秃鹰气枪 工字气枪 手狗 猎狗 电狗 军用手枪 出售手枪 手枪出售 猎枪 双管猎枪 钢珠枪 麻醉枪 火枪 真枪 自制手枪 组装手枪 小口径步枪 运动步枪 狙击枪 阻击枪 92式手枪 64式手枪 54式手枪 77式手枪
      仿真枪 仿真手枪 仿真气枪 金属枪模 气枪子弹 猎枪子弹 底火 铅弹 枪支 枪支配件 枪械配件 枪管 击锤 子弹壳复装 军用枪 铜管击发 快排阀 秃鹰阀 消音器枪`),
    weak: list('手枪 步枪 子弹 秃鹰 枪械 冲锋枪 弹药 军火 瞄准镜 长狗 短狗 钢珠弹 真铁'),
    honest: new RegExp(
      `${PLAY.source}|喷枪|热熔胶枪|胶枪|筋膜枪|按摩枪|扫码枪|测温枪|额温枪|打钉枪|射钉|标签枪|水枪|吹尘枪|气钉枪|焊枪|风炮|发泡胶|口红|子弹头|打火机|U盘|史|战争|头盔|望远|天文|手机支架|子弹.{0,2}(?:杯|背心|内裤|短信|时间|列车)|纪念章|防弹|枪色|枪灰|枪黑|吃鸡`,
      'i',
    ),
    licence: null,
  },
  {
    key: 'explosives',
    name: '爆炸物、易制爆',
    topic: 'explosives',
    strong: list(
      '雷管 炸药 c4炸药 tnt炸药 黑火药 火药配方 炸药配方 硝化甘油 硝铵炸药 黑索金 塑胶炸弹 燃烧弹 炸弹制作 炸弹配方 起爆器 导火索 自制炸药 液体炸药 爆竹火药 引爆器',
    ),
    weak: list('炸弹 tnt 火药 手雷 手榴弹 烟花爆竹 二踢脚 加特林烟花 硝酸钾 氯酸钾 硝酸铵'),
    honest: new RegExp(
      `${PLAY.source}|炸弹.{0,3}(?:柠檬|猫|球|浴|泡|面包|鸡|冰|糖|粉)|浴盐|沐浴球|造型|马克杯|电子烟花|冷光|化肥|复合肥|火药味|香水|口红|音响|低音炮|游戏|分析纯|试剂|实验室`,
      'i',
    ),
    licence: /民用爆炸|烟花爆竹.{0,6}许可|危险化学品.{0,4}(?:许可|经营)|易制爆/,
  },
  {
    key: 'weapons',
    name: '管制器具（弩、管制刀具、警械）',
    topic: 'controlled-weapons',
    strong:
      list(`弓弩 手弩 军弩 猎弩 钢弩 折叠弩 弩箭 弩弓 三利达 小黑豹弩 小飞虎弩 麻醉箭 三步倒 麻醉镖 捕狗药 毒狗针 飞针 弹簧刀 自动跳刀 跳刀 蝴蝶甩刀 甩刀 三棱刀 三棱军刺 军刺 三棱刺 匕首 开山刀 尼泊尔军刀 砍刀
      电警棍 电击器 电击棒 防狼电击 电棍 电击枪 泰瑟枪 警用手铐 手铐 指铐 警棍 甩棍 催泪喷射器 催泪瓦斯 催泪剂 防狼喷雾 辣椒喷雾 指虎 拳刺 吹箭 吹镖 流星锤 弹弓枪 管制刀具`),
    weak: list('弩 军刀 直刀 折刀 猎刀 刺刀 警械 警用 弹弓 飞刀'),
    honest: new RegExp(
      `${PLAY.source}|电蚊拍|灭蚊|瑞士军刀|多功能刀|开罐|水果刀|菜刀|厨刀|乐器|未开刃工艺|武术|太极|表演|情趣|婚庆|防暴演练|骨科|报警器|非电|无电击|橡皮|羽毛球|教学`,
      'i',
    ),
    licence: /管制刀具.{0,4}许可|弩.{0,6}(?:许可|批准)/,
  },
  {
    key: 'drugs',
    name: '毒品、易制毒、迷药',
    topic: 'drugs',
    strong: list(
      `冰毒 海洛因 可卡因 摇头丸 大麻叶 大麻烟 大麻烟弹 大麻种子 大麻油 k粉 麻古 溜冰壶 冰壶溜冰 罂粟壳 罂粟籽 罂粟苗 听话水 迷药 迷奸药 迷魂药 乖乖水 催情药 催情水 蒙汗药 笑气 上头电子烟 合成大麻素 依托咪酯 恰特草 致幻蘑菇 裸盖菇 lsd邮票 神仙水毒 麻黄素 麻黄碱 γ-羟基丁酸 飞行员叶子 叶子烟弹`,
    ),
    weak: list('大麻 罂粟 冰壶 麻黄 叶子 飞行员 飞行燃料 猪肉冰 邮票 听话'),
    honest:
      /汉麻|工业大麻|麻布|亚麻|纤维|禁毒|缉毒|戒毒|检测|试纸|试剂|尿检|油画|挂画|装饰画|仿真花|干花|绢花|花卉|刺绣|运动|冰壶球|冰壶运动|桌上冰壶|奶油|气弹|夹克|墨镜|眼镜|太阳镜|集邮|护肤|去角质|发热衣|图书|小说|宣传|展板|海报/i,
    licence: /易制毒.{0,6}(?:许可|备案)|食品添加剂.{0,6}许可/,
  },
  {
    key: 'wildlife',
    name: '野生动物及其制品',
    topic: 'wildlife',
    strong:
      list(`象牙佛牌 象牙手串 象牙雕 象牙制品 象牙项链 象牙手镯 象牙小件 老象牙 犀角 犀牛角 犀牛角杯 犀角杯 穿山甲 甲片整张 虎皮被子 整张虎皮 虎骨 虎骨酒 虎牙吊坠 豹皮 豹骨 熊胆 熊胆粉 熊掌 高鼻羚羊角 羚羊角整根 藏羚羊 沙图什
      玳瑁标本 玳瑁手镯 玳瑁手串 玳瑁扇 砗磲活体 鹦鹉螺壳 红珊瑚原枝 盔犀鸟 鹤顶红头骨 狼皮 狼牙 野狼牙 麝香囊 野生麝香 天然麝香 野味 野生娃娃鱼 娃娃鱼野生 猫头鹰标本 猫头鹰活体 老鹰标本 缅甸陆龟 苏卡达 辐射陆龟 蜂猴 懒猴 画眉鸟野生 野生画眉 鲨鱼翅 野猪夹 捕兽夹 鸟网捕鸟 粘鸟网 捕鸟网 电媒机 野兔套 鹰爪标本 血雉 金丝猴 海马干`),
    weak: list('象牙 虎皮 玳瑁 羚羊角 鱼翅 大猫 血料 砗磲 红珊瑚 麝香 虎牙 龟板 甲片 豹纹守宫 陆龟 猫头鹰 鹦鹉 蟒蛇'),
    honest:
      /象牙(?:白|色|芒|海岸|塔|果|黄|木|米)|虎皮(?:鸡爪|凤爪|青椒|鹦鹉|牡丹|兰|蛋|肉|豆|花生|蛋糕|卷|扣肉|辣椒|面包)|玳瑁(?:色|纹|猫|眼镜|花|框)|仿|人造|人工养殖|树脂|素食|素鱼翅|人工麝香|毛绒|玩偶|公仔|玩具|图书|小说|海报|科普|纪念|印花|花纹|图案|造型|亚克力|塑料|植物象牙|饲料|鸟粮|鸟笼|躺椅|挂钟|保护(?:动物)?宣传|眼镜|香水|贴膏|麝香.{0,4}(?:保心丸|膏|壮骨|止痛|祛痛|香水)|虎牙(?:直播|矫正|套)|狼牙(?:土豆|棒|套)|复合弓/,
    licence: /野生动物.{0,8}(?:许可|标识)|人工繁育|经营利用|专用标识|允许进出口证明/,
  },
  {
    key: 'tobacco',
    name: '烟草、电子烟',
    topic: 'tobacco',
    strong: list(
      '电子烟 一次性电子烟 烟弹 电子烟油 雾化烟 悦刻烟弹 爆珠烟 外烟代购 免税烟 免税香烟 香烟整条 整条香烟 软中华 硬中华 爆珠万宝路 加热不燃烧 iqos iqos烟弹 烟油 奶茶杯电子烟 水果味电子烟 可乐罐电子烟 雪茄烟 烟丝批发 手卷烟丝',
    ),
    weak: list('香烟 外烟 爆珠 万宝路 雪茄 烟丝 中华烟 细支烟'),
    honest:
      /油烟机|抽油烟|烟雾报警|收纳盒|烟盒|烟灰缸|烟嘴|打火机|烟斗|戒烟|糖|香烟盒|雪茄(?:剪|盒|刀|保湿|架|裤|领)|不含香烟|不售|棉签|车载|报警|检测|玩具|图书|海报|香水|色号|口红|模型|空盒/,
    licence: /烟草专卖.{0,6}许可|电子烟.{0,6}许可/,
  },
  {
    key: 'documents',
    name: '伪造证件、印章',
    topic: 'documents',
    strong: list(
      '办证 刻章办证 代办毕业证 毕业证学位证代办 假证 办假证 毕业证办理 学信网可查 假身份证 代办驾驶证 假驾驶证 假车牌 套牌 车牌定制上路 假病历 代开病历 病假条代开 诊断证明代开 代办学历 买分卖分 驾照消分 代扣驾照分 假公章 公章刻制免备案 假房产证 假结婚证 核酸报告修改 代做流水 银行流水代做 工资流水代做',
    ),
    weak: list('毕业证 学位证 驾驶证 身份证 公章 学历证书'),
    honest:
      /外壳|封皮|证书套|卡套|皮套|保护套|收纳|卡包|证件夹|相框|框|复印件|打印机|教材|玩具|道具|纪念|防磁|读卡器|识别仪|不含内芯|照相|照片|证件照|领证/,
    licence: /公章刻制.{0,4}许可|特种行业/,
  },
  {
    key: 'invoices',
    name: '代开发票',
    topic: 'invoices',
    strong: list(
      '代开发票 代开票 专票代开 发票代开 出售发票 卖发票 增值税专票代开 开票可验真 代开专票 代开普票 假发票',
    ),
    weak: list('代开'),
    honest: /票夹|打印机|代开发电|教材|软件|税务局|举报/,
    licence: null,
  },
  {
    key: 'money',
    name: '假币',
    topic: 'money',
    strong: list('假币 高仿人民币 假人民币 真钞一比一 假钞 仿真人民币 高仿钞 过验钞机 验钞机能过'),
    weak: list('练功券 变造币'),
    honest: /验钞机(?!能过)|点钞|识别|鉴别|防伪|检测|练功券|教学|玩具|婚庆|冥币|祭祀|图书|收藏册|打击|警惕/,
    licence: null,
  },
  {
    key: 'surveillance',
    name: '窃听窃照器材',
    topic: 'surveillance',
    strong:
      list(`针孔摄像头 针孔摄像机 隐藏摄像头 隐形摄像头 偷拍神器 偷拍器材 偷拍设备 偷拍摄像头 窃听器 窃听神器 隔墙听 监听器 手机监听 监听软件 定位监听 定位监听器 查询微信聊天 查别人聊天记录 手机窃听 伪基站 短信嗅探 打火机摄像头 车钥匙摄像头
      眼镜摄像头偷拍 手表录像机 眼镜录像机 打火机款微型录像机 微型录像机 密拍 无感录制 偷窥 间谍摄像 间谍相机 隔着墙壁 充电宝摄像头 插座摄像头 纽扣摄像头 签字笔摄像 信号屏蔽器 手机信号屏蔽器 短信群发器 解码器开锁 万能开锁器 车门干扰器 强磁偷电`),
    weak: list('微型摄像头 隐蔽 监听 窃听 偷拍 偷录 夜视录像'),
    honest:
      /探测|检测|防偷拍|反偷拍|反窃听|防窃听|反监听|识别|防隐藏|监听耳机|监听音箱|监听级|录音棚|返听|耳返|指示灯常亮|图书|小说|玩具|蓝牙|声卡|行车|隐蔽(?:工程|拉链|式安装|安装|合页|锁|插座)|胎心|胎动/,
    licence: /国家安全.{0,6}(?:批准|许可)|无线电.{0,8}(?:许可|核准)/,
  },
  {
    key: 'gambling',
    name: '赌博器具、服务',
    topic: 'gambling',
    strong: list(
      '老虎机 百家乐 赌博机 博彩平台 网络赌博 六合彩 时时彩 北京赛车pk10 赌场 捕鱼上分 上分下分 透视扑克 透视麻将 麻将作弊 扑克作弊 记号牌 变牌器 透视眼镜扑克 牌具分析仪 扑克分析仪 程序麻将机 遥控骰子 水银骰子 千术 出千道具 私彩 真人荷官',
    ),
    weak: list('赌博 上分 博彩 筹码'),
    honest: /严禁赌博|禁止赌博|禁赌|反赌|麻将机(?!作弊)|娱乐筹码|桌游|游戏币|图书|小说|魔术|模型|儿童|存钱罐/,
    licence: /福利彩票.{0,6}(?:代销|许可)|体育彩票.{0,6}(?:代销|许可)/,
  },
  {
    key: 'exam',
    name: '考试作弊',
    topic: 'exam',
    strong: list(
      '考试作弊 作弊耳机 作弊器 隐形耳机米粒 米粒耳机 作弊神器 替考 代考 考试替考 四六级答案 考研答案 高考答案 传答案 考前答案 试题答案购买 考试答案包过 作弊橡皮 作弊手表 纳米隐形耳机 代写论文 论文代写 代写毕业论文 代课刷课 刷网课',
    ),
    weak: list('隐形耳机 考试答案 押题答案'),
    honest: /真题|解析|教材|练习|图书|防作弊|反作弊|严禁|助听|蓝牙|词汇|电子书/,
    licence: null,
  },
  {
    key: 'police-uniforms',
    name: '警服、警用标志',
    topic: 'uniforms',
    strong: list(
      '警服 警用制服 警察制服 警衔 警号 警用标志 警徽 人民警察臂章 99式警服 执勤服警察 警灯警报器 警用牌照 警官证 警用肩章 警察证',
    ),
    weak: list('警察服 肩章 臂章'),
    honest: /儿童|幼儿|宝宝|演出|表演|角色扮演|cos|玩具|保安|情趣|摄影|影楼|收纳|卡通|模型|图书|纪念/i,
    licence: /警用.{0,8}(?:许可|生产)/,
  },
  {
    key: 'military-uniforms',
    name: '军服、军用标志',
    topic: 'military-uniforms',
    strong: list(
      '现役军服 现役军装 军服 07式常服 07式军装 21式作训服 21式军装 解放军军服 军衔肩章 军官证 士兵证 军车牌 军用号牌 部队号牌 军品现役 领花资历章 军人常服 现役作训服',
    ),
    weak: list('军装 军衔 作训服 常服'),
    honest:
      /儿童|幼儿|宝宝|演出|表演|cos|玩具|背景布|影楼|摄影|老式|复古|美式|军旅风|军装照|学生军训|军训服|工装|图书|兵人|保暖/i,
    licence: /军服.{0,8}(?:许可|生产|承制)/,
  },
  {
    key: 'humans',
    name: '人体器官、人体组织',
    topic: 'humans',
    strong: list(
      '肾源 人体器官 卖肾 人体肾脏 有偿捐献 收购肾 肝源买卖 人体标本真骨 真人头骨 真人骨头 胎盘现货 人胎盘 人血白蛋白私人 收血浆 卖血 人体干细胞出售 人体肾',
    ),
    weak: list('器官 肾脏 头骨'),
    honest: /模型|教学|医学|树脂|仿真|挂图|图书|装饰|摆件|解剖|保健|猪|羊|宠物/,
    licence: null,
  },
  {
    key: 'reproduction',
    name: '代孕、买卖配子、胎儿性别鉴定',
    topic: 'reproduction',
    strong: list(
      '代孕 捐卵 供卵 卖卵 买卵 供精 卖精 包男孩 包生男 包性别 三代试管包 胎儿性别鉴定 寄血验男女 香港验血男女 性别鉴定 生男秘方 试管包成功',
    ),
    weak: list('试管婴儿'),
    honest: /禁止|拒绝|打击|图书|宠物|鸽子|鸟类|猫|狗|鹦鹉/,
    licence: null,
  },
  {
    key: 'sim-cards',
    name: '实名卡、账户、黑卡',
    topic: 'sim-cards',
    strong: list(
      '实名电话卡 已实名电话卡 手机黑卡 黑卡不限实名 不限实名 免实名 免实名电话卡 170虚拟卡 170虚拟 接码平台 接码 银行卡四件套 四件套银行卡 对公账户 收银行卡 收购银行卡 微信号出售 实名微信号 支付宝账号出售 猫池 卡池 gois 多卡宝 虚拟拨号 改号软件 跑分 物联卡改 实名卡',
    ),
    weak: list('四件套 u盾 电话卡 实名'),
    honest:
      /床上|床品|被套|床单|厨具|洗漱|读卡|充值|话费|官方营业厅|需实名|本人实名|实名认证购买|景区|门票|旅行|境外流量/,
    licence: /电信业务.{0,6}许可/,
  },
  {
    key: 'satellite',
    name: '卫星地面接收设施',
    topic: 'satellite',
    strong: list(
      '卫星锅 小锅盖 锅盖天线 卫星天线锅 境外卫星电视 卫星电视接收机 卫星电视接收器 中星九号接收 境外台免费看',
    ),
    weak: list('卫星接收 境外节目'),
    honest: /车载gps|北斗|定位|气象|业余|玩具|模型/i,
    licence: /卫星.{0,12}许可/,
  },
  {
    key: 'prescription',
    name: '处方药、特殊药品',
    topic: 'prescription',
    strong: list(
      '免处方 不要处方 无需处方 不用处方 不需要处方 处方药代购 曲马多 艾司唑仑 地西泮 安定片 三唑仑 氯硝西泮 唑吡坦 杜冷丁 盐酸哌替啶 芬太尼 阿普唑仑 佐匹克隆 右美沙芬 复方地芬诺酯 盐酸丁丙诺啡 米非司酮 堕胎药 打胎药 肉毒素 肉毒杆菌 水光针自打 伟哥 西地那非 司美格鲁肽 瘦脸针 溶脂针 玻尿酸针 印度代购药 印度抗癌药 注射用生长激素 西布曲明',
    ),
    weak: list('处方药 头孢 阿莫西林 抗生素 注射剂'),
    honest: /凭处方|请凭|上传处方|处方审核|药师审核|须处方|图书|试纸|检测|兽用|宠物|色号|不含西布曲明|化妆品备案/,
    licence: /药品.{0,8}(?:许可|备案)|网药械|互联网药品|处方审核|医疗机构执业许可/,
  },
]

export function bannedKey({ key }: Pick<BannedCategory, 'key'>, weight: 'strong' | 'weak'): string {
  return `banned/${key}/${weight}`
}

export const BANNED_TERMS: readonly TermGroup[] = BANNED_CATEGORIES.flatMap((category) => [
  { key: bannedKey(category, 'strong'), words: category.strong },
  { key: bannedKey(category, 'weak'), words: category.weak },
])
